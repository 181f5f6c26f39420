"""HTTP: request and response schemas, routers, errors."""

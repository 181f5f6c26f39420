"""geo-dispatch: unit routing and town knowledge for a town's public-safety desk."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("geo-dispatch")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"

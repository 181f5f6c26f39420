"""The pages that people look at: the dispatcher's console, the public desk, the planner."""

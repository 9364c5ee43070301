"""What can be asked: a module a subject. Each only binds a use case to a path."""

def unsupported(reason):
    """Raises: stands where the source could not be migrated."""
    raise NotImplementedError(reason)

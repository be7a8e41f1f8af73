"""lxml, of which Seedbed uses `etree` alone."""

"""`unlatch doctor`: looks at everything this machine needs, and changes nothing."""

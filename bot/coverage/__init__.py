"""Who could help themselves today, and why the others couldn't."""

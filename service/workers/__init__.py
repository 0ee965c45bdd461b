"""What runs beside the web process."""

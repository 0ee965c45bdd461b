"""What people decide today, the model knows tomorrow: labels, models, and the watch over them."""

"""The learning loop: from decisions to a model that is measured, promoted and watched."""

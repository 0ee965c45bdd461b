"""An admin's pages: what needs one now, the models, the policy, the labels, the keys, and what happened."""

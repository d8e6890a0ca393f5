"""What the events say about tracks, as numbers that can be explained and computed again from what explains them."""

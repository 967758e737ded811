"""Many cells on many machines: what is to be run, one cell in a clone of its own, and the engines that run them."""

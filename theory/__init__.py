"""What is claimed: networks, arrangements, convex reformulations, theorems, and the checker that may say PROVED."""

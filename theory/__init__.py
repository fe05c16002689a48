"""What is claimed: networks, arrangements, convex reformulations, theorems, and the exact checker that may say PROVED."""

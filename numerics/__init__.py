"""What is computed: cells, face programs, barriers, components and the rationalisation of float solutions."""

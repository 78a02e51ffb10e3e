"""What follows an inspection: papers of its lines and answers, the steps of recommendations, what findings pin, comparisons."""

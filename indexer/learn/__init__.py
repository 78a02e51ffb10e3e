"""What the engine learns: weights of the re-ranker from judged questions, vectors of words that only a site has."""

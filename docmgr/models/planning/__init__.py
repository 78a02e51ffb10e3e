"""What plans are made of besides their tasks: the obligations that were found in documents."""

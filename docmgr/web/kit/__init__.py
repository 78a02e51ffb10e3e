"""What all pages share: guard, inputs, filters, words, errors, security headers, languages."""

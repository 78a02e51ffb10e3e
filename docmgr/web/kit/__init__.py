"""Code that all pages share: access rules, form input, template filters, translated sentences, error pages,
security headers and languages."""

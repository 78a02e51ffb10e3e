"""From text to terms: the analyzer, the language model, restoring diacritics, compounds, Telex and VNI."""

"""The obligations that were found in a document: a person accepts them as tasks of a plan, changes or drops them."""

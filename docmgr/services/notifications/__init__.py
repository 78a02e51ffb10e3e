"""What people follow, and the notices that the worker makes from the trail. Notices are never made in the request of the
person who acts, and what a notice tells of is named under the rights that its reader has at that moment."""

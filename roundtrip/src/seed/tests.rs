//! Recipes and lists, read and made.

"""The page that shows every component, drawn from the components themselves."""

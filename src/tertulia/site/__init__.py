"""Settings, urls, sign-in, navigation, API root, command line: mounts the parts."""

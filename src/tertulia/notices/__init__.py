"""Members are told of what concerns them: in the page, by mail, by web push; and a digest for whoever wants the whole."""

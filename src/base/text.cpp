namespace rev {}

"""How the shipped model is made and measured. Development only: needs scikit-learn; a reading does without."""

"""What is in the files of an image: opened, told, compared, searched, taken out."""

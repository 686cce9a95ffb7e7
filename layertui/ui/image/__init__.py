"""What is told of the image as a whole: pages, documents, the Dockerfile."""

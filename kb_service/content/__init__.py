"""From a folder of Markdown to articles and passages, each as the public and as an agent may read it."""

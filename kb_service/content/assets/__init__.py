"""Pictures and files of the articles folder that are served.

asset_folder   where a link leads, whether that file may be served, and how it is shown
file_types     the kinds of files that are served, known by their content
svg            SVG made harmless
"""

"""A plugin that indexes and checks a folder of Markdown, and answers searches.

- `main`: the plugin's class.
- `agents`, `workflows`, `api`: its components, which share `service`.
- `library`: the folder's pages, read and kept; below it `files` and `markdown`.
- `checks`, `report`: what there is to mend, and how it is said.
- `search`, `indexing`: the index, and keeping it up to date.
- `settings`: the config.
"""

__version__ = "1.0.0"

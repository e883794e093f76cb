# The compression dictionary of stored documents, made by tools/document_dictionary.py.
patrol_embed(patrol_store document_dictionary ${CMAKE_CURRENT_SOURCE_DIR}/store/document.dict)

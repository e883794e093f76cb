# The catalogue is checked and packed at build time, then embedded. The packer links the room without
# the packed data, everybody else with it.
add_executable(catalogue_pack catalogue/pack_main.cc)
target_precompile_headers(catalogue_pack REUSE_FROM patrol_pch)
set_target_properties(catalogue_pack PROPERTIES PATROL_PACKS_CATALOGUE ON)
target_link_libraries(catalogue_pack PRIVATE patrol_catalogue)

set(patrol_catalogue_folder ${CMAKE_SOURCE_DIR}/catalogue/aws)
set(patrol_packed_catalogue ${CMAKE_BINARY_DIR}/catalogue/aws.zst)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/catalogue)
file(GLOB patrol_catalogue_files CONFIGURE_DEPENDS ${patrol_catalogue_folder}/*.yaml
  ${patrol_catalogue_folder}/*.json ${CMAKE_SOURCE_DIR}/catalogue/severity/aws/*.yaml)
add_custom_command(OUTPUT ${patrol_packed_catalogue}
  COMMAND catalogue_pack ${patrol_catalogue_folder} catalogue/aws ${patrol_packed_catalogue}
  DEPENDS catalogue_pack ${patrol_catalogue_files}
  COMMENT "Checking and packing the catalogue" VERBATIM)

add_library(patrol_catalogue_data STATIC ${patrol_packed_catalogue})
set_target_properties(patrol_catalogue_data PROPERTIES LINKER_LANGUAGE C)
patrol_embed(patrol_catalogue_data catalogue ${patrol_packed_catalogue})
target_link_libraries(patrol_catalogue INTERFACE
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:PATROL_PACKS_CATALOGUE>>>:patrol_catalogue_data>)

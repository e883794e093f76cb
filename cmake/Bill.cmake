# patrol_bill(<target>): the release build writes the program's software bill of materials beside its
# build folder's other products: build/release/patrol.cdx.json (CycloneDX 1.5).
find_package(Python3 COMPONENTS Interpreter)

function(patrol_bill target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR NOT Python3_FOUND)
    return()
  endif()
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/sbom.py --binary $<TARGET_FILE:${target}>
      --lock ${CMAKE_SOURCE_DIR}/web/package-lock.json --version ${PROJECT_VERSION}
      --output ${CMAKE_BINARY_DIR}/${target}.cdx.json
    COMMENT "Writing the software bill of materials" VERBATIM)
endfunction()

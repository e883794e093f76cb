# The console is built by npm and Vite into one pack (web/scripts/pack.mjs), then embedded. Presets
# without it embed an empty pack. Packages are installed anew only when the lock file changed.
set(patrol_console_pack ${CMAKE_BINARY_DIR}/console/console.pack)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/console)

if(PATROL_CONSOLE)
  find_program(PATROL_NODE node HINTS ${CMAKE_SOURCE_DIR}/.cache/node/bin REQUIRED)
  find_program(PATROL_NPM npm HINTS ${CMAKE_SOURCE_DIR}/.cache/node/bin REQUIRED)
  get_filename_component(patrol_node_folder ${PATROL_NODE} DIRECTORY)
  set(patrol_web ${CMAKE_SOURCE_DIR}/web)
  set(patrol_web_installed ${patrol_web}/node_modules/.installed)
  file(GLOB_RECURSE patrol_web_files CONFIGURE_DEPENDS ${patrol_web}/src/* ${patrol_web}/public/*
    ${patrol_web}/scripts/*)
  add_custom_command(OUTPUT ${patrol_web_installed}
    COMMAND ${CMAKE_COMMAND} -E env --modify PATH=path_list_prepend:${patrol_node_folder}
      ${PATROL_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${patrol_web_installed}
    DEPENDS ${patrol_web}/package.json ${patrol_web}/package-lock.json
    WORKING_DIRECTORY ${patrol_web}
    COMMENT "Installing the packages of the console" VERBATIM)
  add_custom_command(OUTPUT ${patrol_console_pack}
    COMMAND ${PATROL_NODE} scripts/build.mjs ${CMAKE_BINARY_DIR}/console
    DEPENDS ${patrol_web_installed} ${patrol_web_files} ${patrol_web}/index.html ${patrol_web}/vite.config.ts
      ${patrol_web}/tsconfig.json ${CMAKE_SOURCE_DIR}/api/openapi.yaml
    WORKING_DIRECTORY ${patrol_web}
    COMMENT "Building the console" VERBATIM)
else()
  file(CONFIGURE OUTPUT ${patrol_console_pack} CONTENT "")
endif()

target_sources(patrol_console PRIVATE ${patrol_console_pack})
patrol_embed(patrol_console console ${patrol_console_pack})

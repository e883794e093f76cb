# patrol_embed(<target> <name> <file>): links the bytes of <file> into <target>. In C++:
#   extern "C" const unsigned char embedded_<name>_begin[], embedded_<name>_end[];
function(patrol_embed target name file)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.S)
  file(CONFIGURE OUTPUT ${source} CONTENT
"    .section .rodata
    .global embedded_${name}_begin
    .global embedded_${name}_end
    .balign 16
embedded_${name}_begin:
    .incbin \"${file}\"
embedded_${name}_end:
    .byte 0
    .section .note.GNU-stack,\"\",@progbits
" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file}
    COMPILE_OPTIONS "-Wno-unused-command-line-argument")
  target_sources(${target} PRIVATE ${source})
endfunction()

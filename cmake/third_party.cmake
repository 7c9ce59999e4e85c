# What Debian does not have is compiled once, in build/third_party/lib, and linked by every build: `scripts/setup` does it,
# or, after `scripts/setup --later`, the first build does it beside its own compiling, as one step of its graph.

set(compiled_once_names "")
set(compiled_once_files "")

# quarry_compiled_once(NAME LANGUAGE PREFIX ARCHIVE...): the archives that scripts/setup makes of its library NAME, each
# as the target PREFIX + ARCHIVE.
macro(quarry_compiled_once name language prefix)
  list(APPEND compiled_once_names ${name})
  foreach(archive ${ARGN})
    add_library(${prefix}${archive} STATIC IMPORTED)
    set_target_properties(${prefix}${archive} PROPERTIES
      IMPORTED_LOCATION "${PROJECT_SOURCE_DIR}/build/third_party/lib/lib${archive}.a"
      IMPORTED_LINK_INTERFACE_LANGUAGES ${language})
    list(APPEND compiled_once_files "${PROJECT_SOURCE_DIR}/build/third_party/lib/lib${archive}.a")
  endforeach()
endmacro()

# quarry_compile_once(): the step that makes those that are missing. Only what links them waits for it.
macro(quarry_compile_once)
  if(compiled_once_names)
    add_custom_command(OUTPUT "${PROJECT_BINARY_DIR}/third_party.stamp" BYPRODUCTS ${compiled_once_files}
                       COMMAND "${PROJECT_SOURCE_DIR}/scripts/setup" --compile ${compiled_once_names}
                       COMMAND "${CMAKE_COMMAND}" -E touch "${PROJECT_BINARY_DIR}/third_party.stamp"
                       COMMENT "Compiling once for all builds: ${compiled_once_names}" VERBATIM)
    add_custom_target(quarry_third_party DEPENDS "${PROJECT_BINARY_DIR}/third_party.stamp")
  endif()
endmacro()

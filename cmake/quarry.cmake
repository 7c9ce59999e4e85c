# Helpers that give each module of core/ one static library, and each its unit tests.

find_program(QUARRY_CCACHE ccache)
if(QUARRY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${QUARRY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${QUARRY_CCACHE})
endif()

# What quarry's own targets are compiled with; third-party code is not.
add_library(quarry_flags INTERFACE)
target_include_directories(quarry_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_options(quarry_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                              -Wno-sign-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports std::string moves in inlined code as overlapping copies (GCC bug 105651).
  target_compile_options(quarry_flags INTERFACE -Wno-restrict)
endif()
if(CMAKE_UNITY_BUILD)
  # Names of one file are no shadow for another's, and a private type is as private as it was; the dev and tidy presets
  # look at each file on its own.
  target_compile_options(quarry_flags INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  # A compiler that collects no garbage before it has a gigabyte takes a twelfth less time for a module in one file.
  target_compile_options(quarry_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1000000>)
endif()
if(QUARRY_WERROR)
  target_compile_options(quarry_flags INTERFACE -Werror)
endif()
if(QUARRY_SANITIZE)
  set(sanitize -fsanitize=${QUARRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(QUARRY_SANITIZE MATCHES "undefined" AND QUARRY_SANITIZE_TRAP)
    # An instruction that traps in place of a call that prints: a quarter less to compile. The preset ubsan prints.
    list(APPEND sanitize -fsanitize-undefined-trap-on-error)
  endif()
  # But for targets that have the property UNSANITIZED: the code of unit tests, see tests/CMakeLists.txt.
  target_compile_options(quarry_flags INTERFACE "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNSANITIZED>>>:${sanitize}>")
  target_link_options(quarry_flags INTERFACE -fsanitize=${QUARRY_SANITIZE})
endif()
if(QUARRY_COVERAGE)
  # Only the modules of core/ are counted (quarry_add_module), but all that links them needs gcov's library.
  target_link_options(quarry_flags INTERFACE --coverage)
endif()
if(QUARRY_FUZZ)
  target_compile_options(quarry_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# quarry_add_module(NAME): core/NAME/*.cpp, and those one folder below, as the static library quarry::NAME.
function(quarry_add_module name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/${name}/*.cpp
       ${PROJECT_SOURCE_DIR}/core/${name}/*/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(quarry_${name} STATIC ${sources})
  add_library(quarry::${name} ALIAS quarry_${name})
  target_link_libraries(quarry_${name} PUBLIC quarry_flags)
  quarry_compile_quickly(${name})
  if(QUARRY_COVERAGE)
    target_compile_options(quarry_${name} PRIVATE --coverage -fprofile-update=atomic)
  endif()
endfunction()

# quarry_module_uses(NAME PUBLIC|PRIVATE ...): what a module links, when it exists.
function(quarry_module_uses name)
  if(TARGET quarry_${name})
    target_link_libraries(quarry_${name} ${ARGN})
  endif()
endfunction()

# The presets that build everything from nothing (release, asan, tsan) compile a whole module as one file, which takes a
# quarter of the time; dev and tidy compile each file on its own, so that a missing include is found. Private names must
# therefore differ within a module.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 60)

# What is not in a hurry: a question or a document passes through it once. Optimised for less time to compile.
set(unhurried app serve config eval models trace wire cli)
function(quarry_compile_quickly name)
  if(name IN_LIST unhurried)
    target_compile_options(quarry_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
endfunction()

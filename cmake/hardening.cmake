# Warnings are errors; the flags of security.md case 173. tests/style/check_hardening.py looks at the results.
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Werror
  -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero -fno-strict-overflow)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-fcf-protection=full)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT MAYFLY_SANITIZE)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed)

# Sanitizers go to everything but what is loaded into the V8 provider.
if(MAYFLY_SANITIZE)
  set(MAYFLY_SANITIZE_FLAGS "-fsanitize=${MAYFLY_SANITIZE}" -fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()

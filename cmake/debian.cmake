# Run by CPack between installing into the package's tree and packing it: what Debian does differently.
set(usr "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr")

# zsh in Debian looks for the completions of packages here, and in site-functions only below /usr/local.
file(MAKE_DIRECTORY "${usr}/share/zsh/vendor-completions")
file(RENAME "${usr}/share/zsh/site-functions/_quarry" "${usr}/share/zsh/vendor-completions/_quarry")
file(REMOVE_RECURSE "${usr}/share/zsh/site-functions")

# Manual pages and changelogs are compressed, without a time stamp, so that a package can be made again bit for bit.
file(GLOB compressed "${usr}/share/man/man1/*.1" "${usr}/share/doc/quarry/CHANGELOG.md")
execute_process(COMMAND gzip -9n ${compressed} COMMAND_ERROR_IS_FATAL ANY)

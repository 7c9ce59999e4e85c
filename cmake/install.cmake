# What is installed and where, and the Debian package: cmake --install build/release, scripts/package.
include(GNUInstallDirs)

set(share "${CMAKE_INSTALL_DATADIR}")
# Libraries that a package brings along (scripts/package: the tarball) go before those of the system, also for what is
# loaded on demand and what that needs itself, which DT_RUNPATH, the newer form, does not reach (ld.so(8)).
set_target_properties(quarry PROPERTIES INSTALL_RPATH "\$ORIGIN/../lib/quarry")
target_link_options(quarry PRIVATE LINKER:--disable-new-dtags)
install(TARGETS quarry RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES completions/quarry.bash DESTINATION "${share}/bash-completion/completions" RENAME quarry)
install(FILES completions/_quarry DESTINATION "${share}/zsh/site-functions")
install(FILES completions/quarry.fish DESTINATION "${share}/fish/vendor_completions.d")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)
install(FILES CHANGELOG.md README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
include(cmake/notices.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME quarry)
set(CPACK_PACKAGE_VENDOR "quarry authors")
set(CPACK_PACKAGE_CONTACT "quarry authors <quarry@localhost>") # Debian wants an address; there is none yet
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "schema migrations and cited answers from your documents")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "One program for two jobs: it reads documents in, searches them and answers
questions with citations, offline and without an account; and it applies and
checks SQL migrations of SQLite and PostgreSQL databases.")
# What is linked is found by dpkg-shlibdeps; libcurl is loaded when a request is made (core/http), libpq when a
# PostgreSQL server is connected to (core/db), libzip when an office document is opened; PDF files are read by pdftotext
# of poppler-utils (core/extract/office), lines of a chat are edited by libedit (cli/ui/line_editor).
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4, libzip4")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, libedit2, libpq5, poppler-utils")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/debian.cmake")
include(CPack)

#pragma once

#include <zip.h>

#include "core/base/shared_library.h"

namespace quarry::extract {

/// libzip's functions, from the shared library that is loaded when this is made: commands that read no archive do not
/// pay for libzip and the libraries that it brings.
class ZipLibrary {
public:
    /// Throws Error(failed) when libzip is not installed.
    ZipLibrary();

    decltype(&zip_libzip_version) version = nullptr;
    decltype(&zip_error_init) error_init = nullptr;
    decltype(&zip_error_fini) error_fini = nullptr;
    decltype(&zip_error_strerror) error_strerror = nullptr;
    decltype(&zip_source_buffer_create) source_buffer_create = nullptr;
    decltype(&zip_source_free) source_free = nullptr;
    decltype(&zip_open_from_source) open_from_source = nullptr;
    decltype(&zip_discard) discard = nullptr;
    decltype(&zip_get_num_entries) get_num_entries = nullptr;
    decltype(&zip_stat_index) stat_index = nullptr;
    decltype(&zip_get_error) get_error = nullptr;
    decltype(&zip_fopen_index) fopen_index = nullptr;
    decltype(&zip_fread) fread = nullptr;
    decltype(&zip_fclose) fclose = nullptr;
    decltype(&zip_file_get_error) file_get_error = nullptr;

private:
    SharedLibrary library_;
};

}  // namespace quarry::extract

#include "core/extract/office/zip_library.h"

#include <utility>

#include "core/extract/office/office_extractors.h"

namespace quarry::extract {
namespace {

Error cannot_load_libzip(std::string why) {
    return Error(ErrorCode::failed, "cannot read ZIP containers: libzip is not usable on this machine",
                 "install it (Debian: apt install libzip4)")
        .because(std::move(why));
}

}  // namespace

ZipLibrary::ZipLibrary() : library_("libzip.so.4", cannot_load_libzip) {
    const auto load = [this](auto& function, const char* name) { library_.load(function, name); };
    load(version, "zip_libzip_version");
    load(error_init, "zip_error_init");
    load(error_fini, "zip_error_fini");
    load(error_strerror, "zip_error_strerror");
    load(source_buffer_create, "zip_source_buffer_create");
    load(source_free, "zip_source_free");
    load(open_from_source, "zip_open_from_source");
    load(discard, "zip_discard");
    load(get_num_entries, "zip_get_num_entries");
    load(stat_index, "zip_stat_index");
    load(get_error, "zip_get_error");
    load(fopen_index, "zip_fopen_index");
    load(fread, "zip_fread");
    load(fclose, "zip_fclose");
    load(file_get_error, "zip_file_get_error");
}

std::optional<std::string> libzip_version() {
    try {
        const ZipLibrary libzip;
        return libzip.version();
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace quarry::extract

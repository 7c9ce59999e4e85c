#include "core/http/curl_library.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace quarry::http {
namespace {

Error cannot_load(std::string why) {
    return Error(ErrorCode::provider_failed, "cannot make web requests: libcurl is not usable on this machine",
                 "install it (Debian: apt install libcurl4)")
        .because(std::move(why));
}

}  // namespace

CurlLibrary::CurlLibrary() : library_("libcurl.so.4", cannot_load) {
    const auto load = [this](auto& function, const char* name) { library_.load(function, name); };
    load(global_init, "curl_global_init");
    load(global_cleanup, "curl_global_cleanup");
    load(version_info, "curl_version_info");
    load(easy_init, "curl_easy_init");
    load(easy_cleanup, "curl_easy_cleanup");
    load(easy_reset, "curl_easy_reset");
    load(easy_setopt, "curl_easy_setopt");
    load(easy_getinfo, "curl_easy_getinfo");
    load(easy_strerror, "curl_easy_strerror");
    load(multi_init, "curl_multi_init");
    load(multi_cleanup, "curl_multi_cleanup");
    load(multi_add_handle, "curl_multi_add_handle");
    load(multi_remove_handle, "curl_multi_remove_handle");
    load(multi_perform, "curl_multi_perform");
    load(multi_poll, "curl_multi_poll");
    load(multi_info_read, "curl_multi_info_read");
    load(multi_strerror, "curl_multi_strerror");
    load(slist_append, "curl_slist_append");
    load(slist_free_all, "curl_slist_free_all");
    if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw cannot_load("it could not be initialised");
}

CurlLibrary::~CurlLibrary() { global_cleanup(); }

}  // namespace quarry::http

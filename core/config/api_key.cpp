#include "core/config/api_key.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace quarry::config {
namespace {

/// The first line of a file that nobody but its owner may read.
std::string read_key_file(const std::string& path) {
    const std::string doing = fmt::format("cannot take an API key from {}", path);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
    struct stat status {};
    if (!file || ::fstat(::fileno(file.get()), &status) != 0) {
        throw Error(ErrorCode::usage, doing).because(std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::usage, doing).because("it is not a file");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw Error(ErrorCode::usage, doing, fmt::format("chmod 600 {}", path)).because("others can read it");
    }
    std::array<char, 16'384> line{};
    if (std::fgets(line.data(), static_cast<int>(line.size()), file.get()) == nullptr) line[0] = '\0';
    const std::string_view key = trim(line.data());
    if (key.empty()) throw Error(ErrorCode::usage, doing).because("its first line is empty");
    return std::string(key);
}

}  // namespace

std::string read_api_key(const ServerEndpoint& server, const Config::Environment& environment) {
    const http::HttpUrl url = http::parse_http_url(server.base_url);
    if (!server.file.empty()) return read_key_file(server.file);
    if (server.variable.empty()) return {};
    std::string key(trim(environment(server.variable).value_or("")));
    if (!key.empty() || url.is_loopback()) return key;
    throw Error(ErrorCode::usage, fmt::format("no API key for {}", url.display()),
                fmt::format("put the key into that variable (export {}=…), or name another one with {}; "
                            "for a server that needs none: --config {}=",
                            server.variable, server.setting, server.setting))
        .because(fmt::format("the environment variable {} is not set", server.variable));
}

}  // namespace quarry::config

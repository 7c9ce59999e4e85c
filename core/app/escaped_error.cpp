// Exceptions of libraries as quarry's errors.
#include "core/app/escaped_error.h"

#include <fmt/format.h>

#include <filesystem>
#include <new>
#include <string>

#include "core/db/sqlite.h"

namespace quarry::app {

Error escaped_error(const std::exception_ptr& escaped) {
    const std::string report = "this is a defect in quarry; quarry doctor shows what works on this machine";
    try {
        std::rethrow_exception(escaped);
    } catch (const Error& error) {
        return error;
    } catch (const SQLite::Exception& error) {
        return db::sqlite_error(error, "a database operation failed");
    } catch (const std::bad_alloc&) {
        return Error(ErrorCode::failed, "out of memory", "close other programs, or give smaller inputs");
    } catch (const std::filesystem::filesystem_error& error) {
        const std::string path = error.path1().string();
        return Error(ErrorCode::failed, path.empty() ? "a file operation failed" : fmt::format("cannot use {}", path),
                     "check that it exists and its permissions")
            .because(error.code().message());
    } catch (const std::exception& error) {
        return Error(ErrorCode::failed, "an unexpected error", report).because(error.what());
    } catch (...) {
        return Error(ErrorCode::failed, "an unexpected error of unknown kind", report);
    }
}

}  // namespace quarry::app

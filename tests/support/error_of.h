#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/error.h"

namespace quarry::test {

/// The error that some work throws; a failure of the test when it throws none.
inline Error error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ErrorCode::failed, "nothing was thrown");
}

}  // namespace quarry::test

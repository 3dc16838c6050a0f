// SPDX-License-Identifier: Apache-2.0
#include "api/route.h"

#include <gtest/gtest.h>

namespace mayfly::api {
namespace {

TEST(Route, Resources) {
  EXPECT_EQ(findRoute("POST", "/v1/run").route().endpoint, Endpoint::kRun);
  EXPECT_EQ(findRoute("GET", "/healthz?x").route().endpoint, Endpoint::kHealth);
  EXPECT_EQ(findRoute("HEAD", "/healthz").route().endpoint, Endpoint::kHealth);
  EXPECT_EQ(findRoute("OPTIONS", "/v1/run").route().endpoint, Endpoint::kOptions);
  EXPECT_EQ(findRoute("PUT", "/v1/workers/a:b@c").route().id, "a:b@c");
  EXPECT_EQ(findRoute("DELETE", "/v1/workers/a/pin").route().endpoint, Endpoint::kWorkerUnpin);
  EXPECT_EQ(findRoute("GET", "/v1/runs/run_1/events").route().endpoint, Endpoint::kRunEvents);
}

TEST(Route, FetchKeepsWhatFollowsAsItWas) {
  EXPECT_EQ(findRoute("PATCH", "/v1/workers/a/fetch/x/%2e?q=/1").route().rest, "/x/%2e?q=/1");
  EXPECT_EQ(findRoute("OPTIONS", "/v1/workers/a/fetch/").route().endpoint, Endpoint::kWorkerFetch);
  EXPECT_EQ(findRoute("GET", "/v1/workers/a/fetch").route().rest, "/");
  EXPECT_EQ(findRoute("GET", "/v1/workers/a/fetch?q").route().rest, "/?q");
}

TEST(Route, Refusals) {
  EXPECT_EQ(findRoute("GET", "/v1/run").failure().error.code, ErrorCode::kMethod);
  EXPECT_EQ(findRoute("GET", "/v1/run").failure().allow, "POST, OPTIONS");
  EXPECT_EQ(findRoute("POST", "/healthz").failure().allow, "GET, HEAD, OPTIONS");
  for (const char* target :
       {"/", "/v1", "/v1/runx", "/v1/run/", "//v1/run", "/v1/workers/a/fetchx", "/v1/workers//pin/x"}) {
    EXPECT_EQ(findRoute("GET", target).failure().error.code, ErrorCode::kNotFound) << target;
  }
  for (const char* target : {"*", "", "http://a/v1/run", "/v1/workers/%61", "/v1/workers/", "/v1/workers/a b"}) {
    EXPECT_EQ(findRoute("GET", target).failure().error.code, ErrorCode::kUsage) << target;
  }
  EXPECT_FALSE(findRoute("GET", "/v1/workers/" + std::string(201, 'a')).ok());
}

TEST(Route, Queries) {
  auto parameters = queryParameters("/x?from=a%20b&to=c+d", {"from", "to"});
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ((*parameters)[0].second, "a b");
  EXPECT_EQ((*parameters)[1].second, "c d");
  for (const char* target : {"/x?a=1", "/x?from=%", "/x?from=%zz", "/x?from=%ff", "/x?from=1&from=2"}) {
    EXPECT_FALSE(queryParameters(target, {"from"}).ok()) << target;
  }
}

}  // namespace
}  // namespace mayfly::api

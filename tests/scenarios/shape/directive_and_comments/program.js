#!/usr/bin/env mayfly
"use strict";
/* sloppy code would return the global object */
(function () { return this === undefined; })()

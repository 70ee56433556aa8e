# The loader's image: skein and what it needs to run, used by someone without rights.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /skein
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
WORKDIR /skein
COPY --from=build /skein/package.json ./
COPY --from=build /skein/node_modules ./node_modules
COPY --from=build /skein/dist/src ./dist/src
COPY --from=build /skein/src/query/flux ./src/query/flux
COPY --from=build /skein/src/report/page ./src/report/page
# Where it keeps its journals: a volume over it takes its owner from here.
RUN install --directory --owner=node --group=node /state
ENV XDG_STATE_HOME=/state
USER node
ENTRYPOINT ["node", "--", "/skein/dist/src/cli/main.js"]
